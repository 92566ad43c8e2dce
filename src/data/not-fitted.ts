/** The error that all preprocessors share. */

/** That a preprocessor knows nothing yet, in scikit-learn's words. */
export function notFitted(name: string): Error {
  return new Error(
    `This ${name} instance is not fitted yet. Call 'fit' with appropriate arguments before using this estimator.`,
  );
}
