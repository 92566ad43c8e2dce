/** What runtimes that compile modules themselves give for an imported .wasm file, asked for with `?module`. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
