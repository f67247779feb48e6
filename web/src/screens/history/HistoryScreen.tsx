export function HistoryScreen() {
  return <h1>history</h1>;
}
