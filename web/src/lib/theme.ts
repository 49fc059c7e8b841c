import { ref } from 'vue'

export type Theme = 'light' | 'dark'

const KEPT = 'gigsta:theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const theme = ref<Theme>(document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')

function show(next: Theme): void {
  theme.value = next
  document.documentElement.dataset.theme = next
}

function chosen(): string | null {
  try {
    return localStorage.getItem(KEPT)
  } catch {
    return null
  }
}

// Whoever has not chosen gets what the system has, also when that changes in the evening.
system.addEventListener('change', ({ matches }) => {
  if (chosen() === null) show(matches ? 'dark' : 'light')
})

export function useTheme() {
  function toggle(): void {
    show(theme.value === 'dark' ? 'light' : 'dark')
    try {
      localStorage.setItem(KEPT, theme.value)
    } catch {
      // Then it holds for this page only.
    }
  }
  return { theme, toggle }
}
