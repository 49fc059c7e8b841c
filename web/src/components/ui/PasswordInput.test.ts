import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import PasswordInput from './PasswordInput.vue'

/** ASVS 6.2.6 and 6.2.7. */
function show() {
  const wrapper = mount(PasswordInput, {
    props: { modelValue: '' },
    attrs: { autocomplete: 'current-password' },
  })
  return { wrapper, input: wrapper.get('input'), eye: wrapper.get('button') }
}

it('hides what is typed until somebody asks to see it', async () => {
  const { input, eye } = show()
  expect(input.attributes('type')).toBe('password')
  await eye.trigger('click')
  expect(input.attributes('type')).toBe('text')
  expect(eye.attributes('aria-pressed')).toBe('true')
  await eye.trigger('click')
  expect(input.attributes('type')).toBe('password')
})

it('lets password managers fill it, and anybody paste', async () => {
  const { wrapper, input } = show()
  expect(input.attributes('autocomplete')).toBe('current-password')
  const paste = new Event('paste', { bubbles: true, cancelable: true })
  input.element.dispatchEvent(paste)
  expect(paste.defaultPrevented).toBe(false)
  await input.setValue('correct horse')
  expect(wrapper.emitted('update:modelValue')).toEqual([['correct horse']])
})
