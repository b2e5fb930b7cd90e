import { AwsClient } from 'aws4fetch';

/** One request to an S3 server. */
export interface S3Order {
  /** The entries of a bucket's `-conn`; without them those of the environment, where applications have them. */
  readonly conn?: Readonly<Record<string, string | undefined>>;
  /** In place of the one that those name. */
  readonly bucket?: string;
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** What comes after the bucket: the key of an object, or a query. */
  readonly path: string;
  readonly body?: string;
}

export interface S3Answer {
  readonly status: number;
  readonly text: string;
}

/** Takes address, login and bucket from where the libraries of AWS look for them. */
export async function s3({ conn = process.env, bucket, method, path, body }: S3Order): Promise<S3Answer> {
  const value = (key: string) => conn[key] ?? '';
  const client = new AwsClient({
    accessKeyId: value('AWS_ACCESS_KEY_ID'),
    secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
    region: value('AWS_REGION'),
    service: 's3',
    retries: 0,
  });
  const url = `${value('AWS_ENDPOINT_URL_S3')}/${bucket ?? value('BUCKET_NAME')}/${path}`;
  const answer = await client.fetch(url, { method, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, text: await answer.text() };
}
