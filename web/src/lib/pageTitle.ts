import { watchEffect } from 'vue'

/** The page is called what it shows, as soon as that is known; until then what its route says. */
export function usePageTitle(title: () => string | null | undefined): void {
  watchEffect(() => {
    const known = title()
    if (known) document.title = `${known} · GigSta`
  })
}
