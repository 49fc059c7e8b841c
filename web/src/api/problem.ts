/** A field of a payload that did not validate. */
export interface FieldProblem {
  field: string
  message: string
}

interface ProblemDocument {
  status: number
  code: string
  title: string
  detail: string
  request_id?: string
  errors?: FieldProblem[] | null
}

/** The one error that leaves the API layer: what the API answered (RFC 9457), or why there is no answer. */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    /** 0 where there was no answer. */
    readonly status: number,
    /** Stable and machine-readable; of this side are `offline`, `timeout` and `unreadable`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null = null,
    readonly fields: readonly FieldProblem[] = [],
    /** Seconds after which it may be tried again. */
    readonly retryAfter: number | null = null,
    /** Whatever else the document carried, such as `mfa_token`. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }

  /** Whether the same request may well succeed a little later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }

  /** What is wrong with a field, as the API names it (`email`, `price.amount`). */
  field(name: string): string | undefined {
    return this.fields.find((problem) => problem.field === name)?.message
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id')
  const wait = Number(response.headers.get('retry-after'))
  const retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null
  try {
    const said = (await response.json()) as ProblemDocument & Record<string, unknown>
    return new ApiError(
      response.status,
      said.code,
      said.title,
      said.detail,
      said.request_id ?? requestId,
      said.errors ?? [],
      retryAfter,
      said,
    )
  } catch {
    return new ApiError(
      response.status,
      'unreadable',
      'Something went wrong',
      'The answer could not be read.',
      requestId,
      [],
      retryAfter,
    )
  }
}

/** For whatever was caught: the API layer throws nothing else, but a bug may. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(0, 'unexpected', 'Something went wrong', 'Something unexpected happened in this page.')
}
