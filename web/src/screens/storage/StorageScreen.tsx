export function StorageScreen() {
  return <h1>storage</h1>;
}
