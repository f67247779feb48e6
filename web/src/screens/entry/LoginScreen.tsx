export function LoginScreen() {
  return <h1>entry</h1>;
}
