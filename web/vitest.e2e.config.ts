import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * The journeys, in a real browser against a marketplace that runs: `make e2e-web`. One after the other: one machine.
 * `make screenshots` takes pictures of the same marketplace.
 */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: {
    include: [process.env.SCREENSHOTS ? 'e2e/screenshots.ts' : 'e2e/**/*.e2e.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})
