import { computed, onScopeDispose, ref } from 'vue'
import type { Service } from '@/api/catalog'
import { type ApiError, asApiError } from '@/api/problem'
import { askUpload, completeUpload, type NewUpload, removeImage } from '@/api/workspace'
import { sendFile } from '@/lib/upload'

export const MOST_IMAGES = 8
export const MOST_BYTES = 10_000_000
export const TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const
const AT_ONCE = 2
const TRIES = 5
const PAUSE_MS = 3_000

export interface ImageUpload {
  id: number
  name: string
  /** What is shown of it until it is done. */
  preview: string
  state: 'waiting' | 'sending' | 'working' | 'failed'
  /** Of the file, from 0 to 1. */
  progress: number
  problem: ApiError | null
}

export type Refusal = 'type' | 'size' | 'empty' | 'count'

/** Why a file cannot be a picture of a service that has room for so many more; null where it can. */
export function refusalOf(file: { type: string; size: number }, room: number): Refusal | null {
  if (room <= 0) return 'count'
  if (!TYPES.some((type) => type === file.type)) return 'type'
  if (file.size === 0) return 'empty'
  return file.size > MOST_BYTES ? 'size' : null
}

interface Job extends ImageUpload {
  file: File
  stop: AbortController
  mediaId: string | null
}

interface Told {
  /** A picture is done: the service with it. */
  done: (service: Service) => void
  /** One that nobody wanted any more was on the service already, and has been taken off again. */
  takenBack: () => void
}

/** Uploads pictures, two at a time. */
export function useImageUploads(serviceId: () => string, told: Told, pause = PAUSE_MS) {
  const uploads = ref<Job[]>([])
  const underWay = computed(() => uploads.value.some(({ state }) => state !== 'failed'))
  let last = 0

  function add(files: readonly File[]): void {
    for (const file of files) {
      uploads.value.push({
        id: (last += 1),
        name: file.name,
        preview: URL.createObjectURL(file),
        state: 'waiting',
        progress: 0,
        problem: null,
        file,
        stop: new AbortController(),
        mediaId: null,
      })
    }
    next()
  }

  function next(): void {
    const busy = uploads.value.filter(({ state }) => state === 'sending' || state === 'working').length
    for (const job of uploads.value.filter(({ state }) => state === 'waiting').slice(0, AT_ONCE - busy))
      void work(job)
  }

  async function work(job: Job): Promise<void> {
    job.state = 'sending'
    job.progress = 0
    job.problem = null
    try {
      const upload = await askUpload(serviceId(), {
        content_type: job.file.type as NewUpload['content_type'],
        size_bytes: job.file.size,
        alt_text: '',
      })
      job.mediaId = upload.media_id
      job.stop.signal.throwIfAborted()
      await sendFile(upload, job.file, {
        progress: (share) => (job.progress = share),
        signal: job.stop.signal,
      })
      job.state = 'working'
      const service = await complete(upload.media_id)
      if (job.stop.signal.aborted) return await takeBack(job)
      remove(job)
      told.done(service)
    } catch (error) {
      // Room that was kept for it is given back, so that the next try finds some.
      giveUp(job)
      if (job.stop.signal.aborted) return
      job.state = 'failed'
      job.problem = asApiError(error)
    } finally {
      next()
    }
  }

  /** Making the sizes may take longer than an answer may: it goes on there, and is asked for again. */
  async function complete(mediaId: string): Promise<Service> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await completeUpload(serviceId(), mediaId)
      } catch (error) {
        const { code } = asApiError(error)
        if (tries === TRIES || !['timeout', 'upload_in_progress'].includes(code)) throw error
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }

  function giveUp(job: Job): void {
    const { mediaId } = job
    job.mediaId = null
    // Where that fails, the sweeper of the service comes by.
    if (mediaId !== null) removeImage(serviceId(), mediaId).catch(() => undefined)
  }

  /** Sizes are made to their end, whatever is wished for meanwhile. */
  async function takeBack({ mediaId }: Job): Promise<void> {
    if (mediaId !== null) await removeImage(serviceId(), mediaId).catch(() => undefined)
    told.takenBack()
  }

  function cancel(id: number): void {
    const job = uploads.value.find((one) => one.id === id)
    if (!job) return
    job.stop.abort()
    remove(job)
  }

  function retry(id: number): void {
    const job = uploads.value.find((one) => one.id === id)
    if (job?.state !== 'failed') return
    job.state = 'waiting'
    next()
  }

  function remove(job: Job): void {
    URL.revokeObjectURL(job.preview)
    uploads.value = uploads.value.filter(({ id }) => id !== job.id)
  }

  onScopeDispose(() => {
    for (const job of [...uploads.value]) cancel(job.id)
  })

  return { uploads, underWay, add, cancel, retry }
}
