/** The functions of math/, under one name. */
export * from "./exp32";
export * from "./float32";
export * from "./float64";
