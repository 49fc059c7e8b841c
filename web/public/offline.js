// Shows the page that was asked for, once it can be had. To be online does not yet mean that something comes through.
const look = () =>
  fetch('/manifest.json', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(8000) }).then(
    () => location.reload(),
    () => undefined,
  )

addEventListener('online', look)
setInterval(look, 10_000)
document.getElementById('again').addEventListener('click', () => location.reload())
