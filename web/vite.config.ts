import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const gateway = process.env.GIGSTA_URL ?? 'http://localhost:8000'

/** The API takes cookies from its own pages only, so it has to see its own address as the origin. */
const proxied = { target: gateway, headers: { origin: gateway } }

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 5173, strictPort: true, proxy: { '/api': proxied, '/dev': proxied } },
  build: {
    outDir: process.env.WEB_OUT ?? 'dist',
    emptyOutDir: true,
    manifest: true,
    // Everything from the same place: no `data:` URLs, which the Content-Security-Policy would have to allow.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The map is large and comes by itself; scripts/budget.mjs looks at what everybody loads.
    chunkSizeWarningLimit: 1_200,
  },
  // MapLibre's worker is a module.
  worker: { format: 'es' },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./tests/setup.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
})
