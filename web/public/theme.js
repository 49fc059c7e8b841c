// Runs before anything is painted, so that a chosen theme never flashes. The rest is in src/lib/theme.ts.
try {
  const chosen = localStorage.getItem('gigsta:theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
