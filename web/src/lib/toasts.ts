import { ref } from 'vue'
import { asApiError } from '@/api/problem'

export interface Toast {
  id: number
  kind: 'success' | 'info' | 'error'
  text: string
  requestId?: string | null
}

const SECONDS = 6
const toasts = ref<Toast[]>([])
let last = 0

export function useToasts() {
  function show(kind: Toast['kind'], text: string, requestId?: string | null): void {
    const id = (last += 1)
    toasts.value = [...toasts.value.slice(-2), { id, kind, text, requestId }]
    // An error stays until it is closed: nobody reads a request id in six seconds.
    if (kind !== 'error') setTimeout(() => close(id), SECONDS * 1000)
  }

  function close(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return {
    toasts,
    close,
    success: (text: string) => show('success', text),
    info: (text: string) => show('info', text),
    error: (caught: unknown) => {
      const error = asApiError(caught)
      show('error', error.detail, error.requestId)
    },
  }
}
