export function PortScreen() {
  return <h1>roof</h1>;
}
