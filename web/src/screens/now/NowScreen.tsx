export function NowScreen() {
  return <h1>now</h1>;
}
