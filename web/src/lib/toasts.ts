import { ref } from 'vue'
import { asApiError } from '@/api/problem'
import { safeReturn } from './return'

export interface Toast {
  id: number
  kind: 'success' | 'info' | 'error'
  text: string
  requestId?: string | null
  /** A page of ours that says more. */
  to?: string | null
}

const SECONDS = 6
const toasts = ref<Toast[]>([])
let last = 0

export function useToasts() {
  function show(kind: Toast['kind'], text: string, more: Pick<Toast, 'requestId' | 'to'> = {}): void {
    const id = (last += 1)
    toasts.value = [...toasts.value.slice(-2), { id, kind, text, ...more }]
    // An error stays until it is closed: nobody reads a request id in six seconds.
    if (kind !== 'error') setTimeout(() => close(id), SECONDS * 1000)
  }

  function close(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return {
    toasts,
    close,
    success: (text: string, to?: string) => show('success', text, { to: safeReturn(to) }),
    info: (text: string, to?: string) => show('info', text, { to: safeReturn(to) }),
    /** `before`: what the error means for whoever reads it, where that is more than what went wrong. */
    error: (caught: unknown, before?: string) => {
      const error = asApiError(caught)
      show('error', before ? `${before} ${error.detail}` : error.detail, { requestId: error.requestId })
    },
  }
}
