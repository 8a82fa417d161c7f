#include "ops/causal_conv1d/causal_conv1d.h"
#include "ops/operator.h"

namespace ssm {
namespace {

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  CausalConv1dParams params;
  params.batch = call.size['B'];
  params.length = call.size['L'];
  params.channels = call.size['D'];
  params.width = call.size['K'];
  params.x = call.inputs[0];
  params.w = call.inputs[1];
  params.bias = call.inputs[2];
  params.s0 = call.inputs[3];
  params.y = call.outputs[0];
  params.s = call.outputs[1];
  params.activation = static_cast<ConvActivation>(static_cast<int>(call.attributes[0]));
  params.reverse = call.attributes[1] != 0;
  params.SetContiguous();
  return CausalConv1d(params, parallel, isa);
}

}  // namespace

const Operator& CausalConv1dOperator() {
  static const Operator op = {"CausalConv1d",
                              {{"x", "B L D"}, {"w", "D K"}, {"bias", "D", true}, {"s0", "B K-1 D", true}},
                              {{"y", "B L D"}, {"s", "B K-1 D", true}},
                              {{"activation", {"", "silu"}}, {"reverse"}},  // the choices in the order of ConvActivation
                              Compute};
  return op;
}

}  // namespace ssm
