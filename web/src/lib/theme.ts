import { ref } from 'vue'

export type Theme = 'light' | 'dark'

const KEPT = 'gigsta:theme'
const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)').matches

const theme = ref<Theme>(
  (document.documentElement.dataset.theme as Theme | undefined) ?? (systemIsDark() ? 'dark' : 'light'),
)

export function useTheme() {
  function toggle(): void {
    theme.value = theme.value === 'dark' ? 'light' : 'dark'
    document.documentElement.dataset.theme = theme.value
    try {
      localStorage.setItem(KEPT, theme.value)
    } catch {
      // Then it holds for this page only.
    }
  }
  return { theme, toggle }
}
