import { onScopeDispose, type Ref, watch } from 'vue'

/** A `<details>` that is a menu: it closes by Escape, and when the keyboard or the pointer goes elsewhere. */
export function useDismissable(details: Readonly<Ref<HTMLDetailsElement | null>>) {
  const listening = new AbortController()
  onScopeDispose(() => listening.abort())

  function close(): void {
    if (details.value) details.value.open = false
  }

  function leave(event: Event): void {
    if (event.target instanceof Node && !details.value?.contains(event.target)) close()
  }

  function escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !details.value?.open) return
    close()
    details.value.querySelector('summary')?.focus()
  }

  watch(
    details,
    (element) => {
      if (element === null) return
      const { signal } = listening
      document.addEventListener('pointerdown', leave, { signal })
      document.addEventListener('focusin', leave, { signal })
      element.addEventListener('keydown', escape, { signal })
    },
    { immediate: true },
  )
  return { close }
}
