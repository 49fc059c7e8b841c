import { expect, it } from 'vitest'
import html from '../index.html?raw'

const page = new DOMParser().parseFromString(html, 'text/html')

it('has something to be seen before the app has come, that no screen reader reads', () => {
  const shell = page.querySelector('#app > *')
  expect(shell?.textContent?.trim()).toBe('GigSta')
  expect(shell?.getAttribute('aria-hidden')).toBe('true')
})

it('has nothing that the Content-Security-Policy would refuse', () => {
  expect(page.querySelectorAll('style, [style], script:not([src])')).toHaveLength(0)
})
