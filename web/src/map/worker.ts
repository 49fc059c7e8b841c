import { setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

// A file of our own rather than a blob: the Content-Security-Policy takes it as it is.
setWorkerUrl(workerUrl)
