import { onScopeDispose, readonly, ref } from 'vue'

/** Whether a media query holds, also when the window changes. */
export function useMediaQuery(query: string) {
  const list = matchMedia(query)
  const matches = ref(list.matches)
  const listening = new AbortController()
  list.addEventListener('change', (event) => (matches.value = event.matches), { signal: listening.signal })
  onScopeDispose(() => listening.abort())
  return readonly(matches)
}
