import { type Ref, ref, shallowRef, watch } from 'vue'

const copyOf = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T

/**
 * What a form changes of something that is saved as a whole: `base` is what it was made from, `draft` the part of it
 * that the form shows. What is saved elsewhere meanwhile is taken over unless something is `unsaved` here.
 *
 * The draft is a copy through and through: what a query has loaded is read-only, and writing to it does nothing.
 */
export function useDraft<Whole, Part>(
  source: () => Whole,
  partOf: (whole: Whole) => Part,
  unsaved: Ref<boolean>,
) {
  const base = shallowRef(source())
  const draft = ref(copyOf(partOf(source()))) as Ref<Part>

  function load(whole: Whole): void {
    base.value = whole
    draft.value = copyOf(partOf(whole))
  }

  watch(
    [draft, base],
    () => (unsaved.value = JSON.stringify(draft.value) !== JSON.stringify(partOf(base.value))),
    { deep: true },
  )
  watch(source, (fresh) => {
    if (!unsaved.value) load(fresh)
  })
  return { base, draft, load }
}
