/** What runtimes that compile modules themselves give for an imported .wasm file; edge functions ask for `?module`. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
