import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const gateway = process.env.GIGSTA_URL ?? 'http://localhost:8000'
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The API takes cookies from its own pages only, so it has to see its own address as the origin. */
const proxied = { target: gateway, headers: { origin: gateway } }

/** Files of `public/` by themselves: their names do not say what is in them. */
const revised = (name: string) => ({
  url: `/${name}`,
  revision: createHash('sha256')
    .update(readFileSync(here(`./public/${name}`)))
    .digest('hex')
    .slice(0, 16),
})

/**
 * Tells the service worker what to keep from the first visit on: what the home page needs, and the page that is shown
 * without a connection. Other pages are kept as they are visited.
 */
function precache(): Plugin {
  return {
    name: 'gigsta-precache',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const needed = new Set<string>()
        const visit = (name: string): void => {
          const file = bundle[name]
          if (needed.has(name) || file?.type !== 'chunk') return
          needed.add(name)
          file.imports.forEach(visit)
        }
        const files = Object.values(bundle)
        for (const file of files) {
          if (file.type !== 'chunk') continue
          if (file.name === 'index' || file.facadeModuleId?.endsWith('/HomePage.vue')) visit(file.fileName)
        }
        const styles = files.filter(({ fileName }) => /\.css$|latin-wght\S*\.woff2$/.test(fileName))
        const named = [...needed, ...styles.map(({ fileName }) => fileName)]
        const plain = readdirSync(here('./public')).filter((name) => /\.(html|css|js|svg)$/.test(name))
        const all = [...named.map((name) => ({ url: `/${name}`, revision: null })), ...plain.map(revised)]
        const worker = bundle['sw.js']
        if (worker?.type !== 'chunk') throw new Error('the service worker is missing')
        worker.code = worker.code.replace('self.__PRECACHE', JSON.stringify(all))
      },
    },
  }
}

export default defineConfig({
  plugins: [vue(), tailwindcss(), precache()],
  resolve: { alias: { '@': here('./src') } },
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
    rolldownOptions: {
      input: { index: here('./index.html'), sw: here('./src/worker/sw.ts') },
      output: {
        // A service worker rules over what lies beside and below it, and has to keep its name.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
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
