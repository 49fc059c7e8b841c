import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import ModalDialog from './ModalDialog.vue'

function open(busy: boolean) {
  const wrapper = mount(ModalDialog, {
    props: { title: 'Suspend Mallory?', busy },
    slots: { default: '<button>Suspend</button>' },
    global: { stubs: { teleport: true } },
    attachTo: document.body,
  })
  const dialog = wrapper.get('dialog').element as HTMLDialogElement
  const cancel = () => {
    const escape = new Event('cancel', { cancelable: true })
    dialog.dispatchEvent(escape)
    return escape.defaultPrevented
  }
  return { wrapper, dialog, cancel }
}

it('is closed by Escape and by a click beside it', () => {
  const { wrapper, dialog, cancel } = open(false)
  expect(cancel()).toBe(false)
  dialog.close()
  dialog.dispatchEvent(new Event('close'))
  expect(wrapper.emitted('close')).not.toHaveLength(0)
  expect(dialog.open).toBe(false)
})

it('is not closed while what was asked for is under way, however often somebody tries', () => {
  const { wrapper, dialog, cancel } = open(true)
  expect(cancel()).toBe(true)
  const beside = new Event('submit', { cancelable: true })
  wrapper.get('form.modal-backdrop').element.dispatchEvent(beside)
  expect(beside.defaultPrevented).toBe(true)
  dialog.close()
  dialog.dispatchEvent(new Event('close'))
  expect([dialog.open, wrapper.emitted('close')]).toEqual([true, undefined])
})
