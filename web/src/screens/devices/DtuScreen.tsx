export function DtuScreen() {
  return <h1>devices</h1>;
}
