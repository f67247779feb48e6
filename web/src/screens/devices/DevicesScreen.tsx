export function DevicesScreen() {
  return <h1>devices</h1>;
}
