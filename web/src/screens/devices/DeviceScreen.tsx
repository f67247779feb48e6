export function DeviceScreen() {
  return <h1>devices</h1>;
}
