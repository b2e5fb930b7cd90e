import { Annotation, END, START, StateGraph, interrupt } from '@langchain/langgraph';

/** What is known of a refund. The input of a job sets `order` and `amount`. */
const Refund = Annotation.Root({
  order: Annotation<string>,
  amount: Annotation<number>,
  approved: Annotation<boolean>,
  receipt: Annotation<string>,
});

type State = typeof Refund.State;

/** Above this a person decides. */
const SMALL = 50;

/** Each step is stored before the next begins: one that has ended is never done again. */
export const graph = new StateGraph(Refund)
  .addNode('decide', ({ order, amount }: State) => {
    if (amount <= SMALL) return { approved: true };
    // The job ends here, and costs nothing until somebody answers: with true or false.
    return { approved: interrupt({ question: `Refund ${amount} for order ${order}?` }) === true };
  })
  .addNode('pay', ({ order, amount }: State) => ({ receipt: `paid ${amount} for ${order}` }))
  .addEdge(START, 'decide')
  .addConditionalEdges('decide', ({ approved }: State) => (approved ? 'pay' : END), ['pay', END])
  .addEdge('pay', END);
