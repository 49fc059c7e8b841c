import { onScopeDispose, type Ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { t } from '@/i18n'
import type { MessageKey } from '@/i18n/keys'
import { useSession } from '@/session/store'

/**
 * Asks before somebody leaves a page with changes that are not saved, by a link or by closing the tab. Only whoever made
 * them: once they are logged out, be it in another tab, nobody else is asked whether to stay on their page.
 */
export function useUnsaved(unsaved: Readonly<Ref<boolean>>, question: MessageKey = 'common.unsaved'): void {
  const session = useSession()
  const writer = session.user?.id
  const asks = () => unsaved.value && session.user?.id === writer
  const listening = new AbortController()
  addEventListener(
    'beforeunload',
    (event) => {
      if (asks()) event.preventDefault()
    },
    { signal: listening.signal },
  )
  onScopeDispose(() => listening.abort())
  onBeforeRouteLeave(() => !asks() || confirm(t(question)))
}
