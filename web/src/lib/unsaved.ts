import { onScopeDispose, type Ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { t } from '@/i18n'

/** Asks before somebody leaves a page with changes that are not saved, by a link or by closing the tab. */
export function useUnsaved(unsaved: Readonly<Ref<boolean>>): void {
  const listening = new AbortController()
  addEventListener(
    'beforeunload',
    (event) => {
      if (unsaved.value) event.preventDefault()
    },
    { signal: listening.signal },
  )
  onScopeDispose(() => listening.abort())
  onBeforeRouteLeave(() => !unsaved.value || confirm(t('common.unsaved')))
}
