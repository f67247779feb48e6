export function RoofScreen() {
  return <h1>roof</h1>;
}
