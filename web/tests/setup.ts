import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach } from 'vitest'
import { loadAreas } from '@/i18n'

enableAutoUnmount(afterEach)

await loadAreas(['common', 'actions', 'bookings'])

// happy-dom knows <dialog>, but not that it can be modal.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
