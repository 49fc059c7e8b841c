import { onScopeDispose, type Ref, ref } from 'vue'

const EVERY_MS = 15_000

/** The time, for what a page says of it: it moves on while the page is open. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const ticking = setInterval(() => (now.value = Date.now()), EVERY_MS)
  onScopeDispose(() => clearInterval(ticking))
  return now
}
