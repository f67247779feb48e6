export function SetupScreen() {
  return <h1>entry</h1>;
}
