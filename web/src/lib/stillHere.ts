import { onScopeDispose } from 'vue'

/** Tells after a wait whether the page that waited is still there: whoever has left it is led nowhere any more. */
export function useStillHere(): () => boolean {
  let here = true
  onScopeDispose(() => (here = false))
  return () => here
}
