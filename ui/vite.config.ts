import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// With FONDS_URL, the address that `fonds serve` printed, the pages of `npm run dev` ask that desk.
const desk = process.env.FONDS_URL ? new URL(process.env.FONDS_URL) : undefined
const proxied = (url: URL) => ({
  target: url.origin,
  changeOrigin: true,
  headers: { Origin: url.origin, 'X-Fonds-Token': url.searchParams.get('token') ?? '' },
})

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  resolve: { alias: { '@schemas': folder('../schemas'), '@': folder('./src') } },
  server: {
    port: 5173,
    strictPort: true,
    host: '127.0.0.1',
    fs: { allow: ['..'] },
    proxy: desk ? Object.fromEntries(['/call', '/events'].map((path) => [path, proxied(desk)])) : {},
  },
  build: { target: 'safari16', outDir: 'dist', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node' },
})
