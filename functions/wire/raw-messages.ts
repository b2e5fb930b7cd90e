const asItIs = (bytes: Buffer): Buffer => bytes;

/**
 * Of a method whose messages gRPC leaves to us. What fails in its own (de)serialisers ends in an INTERNAL that no log
 * ever hears of.
 */
export const rawMessages = {
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
} as const;
