// Runs before anything is painted, so that no page flashes in the wrong colours. The rest is in src/lib/theme.ts.
{
  let chosen = null
  try {
    chosen = localStorage.getItem('gigsta:theme')
  } catch {
    // Storage may be forbidden; then the system's theme holds.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system
}
