#include "ops/operator.h"
#include "ops/selective_scan/selective_scan.h"

namespace ssm {
namespace {

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  SelectiveScanParams params;
  params.batch = call.size['B'];
  params.length = call.size['L'];
  params.channels = call.size['D'];
  params.state = call.size['N'];
  params.groups = call.size['G'];
  params.u = call.inputs[0];
  params.delta = call.inputs[1];
  params.A = call.inputs[2];
  params.B = call.inputs[3];
  params.C = call.inputs[4];
  params.D = call.inputs[5];
  params.z = call.inputs[6];
  params.delta_bias = call.inputs[7];
  params.h0 = call.inputs[8];
  params.y = call.outputs[0];
  params.h = call.outputs[1];
  params.delta_softplus = call.attributes[0] != 0;
  params.reverse = call.attributes[1] != 0;
  params.SetContiguous();
  return SelectiveScan(params, parallel, isa);
}

}  // namespace

const Operator& SelectiveScanOperator() {
  static const Operator op = {"SelectiveScan",
                              {{"u", "B L D"},
                               {"delta", "B L D"},
                               {"A", "D N"},
                               {"B", "B L G N | B L N"},
                               {"C", "B L G N | B L N"},
                               {"D", "D", true},
                               {"z", "B L D", true},
                               {"delta_bias", "D", true},
                               {"h0", "B D N", true}},
                              {{"y", "B L D"}, {"h", "B D N", true}},
                              {{"delta_softplus"}, {"reverse"}},
                              Compute};
  return op;
}

}  // namespace ssm
