// Where the app does not come, there are words all the same, and a way to try again: these are in index.html, and need
// nothing else. main.ts calls for them where it has come and what it needs has not.
{
  const show = () => {
    if (document.readyState === 'loading') return addEventListener('DOMContentLoaded', show)
    const words = document.getElementById('failed').content.cloneNode(true)
    words.querySelector('button').addEventListener('click', () => location.reload())
    document.getElementById('app').replaceChildren(words)
  }
  const look = ({ target }) => {
    if (target instanceof HTMLScriptElement && target.type === 'module') show()
  }
  addEventListener('gigsta:failed', show)
  addEventListener('error', look, true)
}
