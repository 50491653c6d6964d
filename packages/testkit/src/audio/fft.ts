/** A complex signal, its length a power of two. */
export type Spectrum = { readonly re: Float64Array; readonly im: Float64Array }

/** The next power of two that is at least `length`. */
export function fftSize(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, length)))
}

function reorder(re: Float64Array, im: Float64Array): void {
  for (let i = 1, j = 0; i < re.length; i++) {
    let bit = re.length >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    ;[re[i], re[j]] = [re[j]!, re[i]!]
    ;[im[i], im[j]] = [im[j]!, im[i]!]
  }
}

// J. W. Cooley and J. W. Tukey, 1965: radix 2, in place.
function transform({ re, im }: Spectrum, direction: 1 | -1): void {
  const size = re.length
  reorder(re, im)
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const angle = (-direction * Math.PI * k) / half
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      for (let i = k; i < size; i += half * 2) {
        const j = i + half
        const [x, y] = [re[j]! * cos - im[j]! * sin, re[j]! * sin + im[j]! * cos]
        re[j] = re[i]! - x
        im[j] = im[i]! - y
        re[i] = re[i]! + x
        im[i] = im[i]! + y
      }
    }
  }
}

/**
 * Cross-correlation of two real signals: element `lag` of the result is the sum over `i` of `a[i] * b[i + lag]`, for
 * `lag` from 0 to `size - 1`; a negative lag stands at `size + lag`. Linear as long as `size` holds both signals.
 *
 * @param size a power of two (`fftSize`), at least as long as each signal
 */
export function correlate(a: ArrayLike<number>, b: ArrayLike<number>, size: number): Float64Array {
  const [x, y] = [a, b].map(signal => {
    const spectrum = { re: new Float64Array(size), im: new Float64Array(size) }
    spectrum.re.set(signal)
    transform(spectrum, 1)
    return spectrum
  }) as [Spectrum, Spectrum]
  for (let i = 0; i < size; i++) {
    const re = x.re[i]! * y.re[i]! + x.im[i]! * y.im[i]!
    x.im[i] = x.re[i]! * y.im[i]! - x.im[i]! * y.re[i]!
    x.re[i] = re / size
    x.im[i]! /= size
  }
  transform(x, -1)
  return x.re
}
