/** Shows how loud a stream is in a `<meter>`. Returns a function that stops it. */
export function showLevel(stream, meter) {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  let frame = requestAnimationFrame(draw)

  function draw() {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    // From -60 dB (empty) to -10 dB (full): the range in which people speak.
    const decibels = 10 * Math.log10(power + 1e-9)
    meter.value = Math.min(1, Math.max(0, (decibels + 60) / 50))
    frame = requestAnimationFrame(draw)
  }

  return () => {
    cancelAnimationFrame(frame)
    meter.value = 0
    void context.close()
  }
}
