// The tables of ITU-T G.722 (09/2012) under their names there. Values are those of the fixed-point description.

/** Table 3: one half of the symmetric impulse response of both quadrature mirror filters. */
export const QMF = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)

/** Table 14: decision levels of the 6-bit quantizer of the lower band. */
export const Q6 = Int16Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714],
  ...[786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)

/** Table 16: code words of the lower band for negative and positive differences, by quantizer interval. */
export const ILN = Int8Array.from({ length: 31 }, (_, i) => (i < 1 ? 0 : i < 3 ? 64 - i : 34 - i))
export const ILP = Int8Array.from({ length: 31 }, (_, i) => (i < 1 ? 0 : 62 - i))

/** Table 17: inverse quantizer of 6 bits, by code word. */
export const QM6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360],
  ...[-8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032],
  ...[-1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360],
  ...[8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032],
  ...[1688, 1360, 1040, 728, 432, 136, -432, -136],
)

/** Table 18: inverse quantizer of 4 bits, which drives the predictor of the lower band. */
export const QM4 = Int16Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
)

/** Table 19: inverse quantizer of the higher band. */
export const QM2 = Int16Array.of(-7408, -1616, 7408, 1616)

/** Table 20: log-to-linear conversion of the scale factors. */
export const ILB = Int16Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
)

/** Multipliers of the lower band's scale factor, by the 4 upper bits of the code word. */
export const LOWER_STEPS = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60],
)

/** Multipliers of the higher band's scale factor, by code word. */
export const HIGHER_STEPS = Int16Array.of(798, -214, 798, -214)

/** The only decision level of the higher band's quantizer. */
export const HIGHER_DECISION = 564
