// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DeviceTable } from "../../src/devices/DeviceTable.sol";
import { DeviceEvent, DeviceStatus, IDevices } from "../../src/devices/IDevices.sol";
import { Test } from "../base/Test.sol";

/// @title The states of a device, cell by cell.
contract DeviceTableTest is Test {
    uint256 private constant STATUSES = 6;
    uint256 private constant EVENTS = 5;

    function next(DeviceStatus status, DeviceEvent happened) external pure returns (DeviceStatus) {
        return DeviceTable.next(7, status, happened);
    }

    function test_theTableHasExactlyTheseSteps() public {
        for (uint256 status = 0; status < STATUSES; ++status) {
            for (uint256 happened = 0; happened < EVENTS; ++happened) {
                DeviceStatus expected = _expected()[status][happened];
                (DeviceStatus from, DeviceEvent with) = (DeviceStatus(status), DeviceEvent(happened));
                if (expected == DeviceStatus.None) {
                    vm.expectRevert(
                        abi.encodeWithSelector(IDevices.DevicesIllegalTransition.selector, 7, from, with)
                    );
                    this.next(from, with);
                } else {
                    assertEq(uint256(this.next(from, with)), uint256(expected), "next status");
                }
            }
        }
    }

    /// @dev Becoming active takes an acceptance, and nothing leads out of retirement, whatever happens in what order.
    function testFuzz_noScriptLeavesTheTable(uint8[64] calldata script) public view {
        DeviceStatus status = DeviceStatus.None;
        for (uint256 i = 0; i < script.length; ++i) {
            DeviceEvent happened = DeviceEvent(script[i] % EVENTS);
            DeviceStatus expected = _expected()[uint256(status)][uint256(happened)];
            try this.next(status, happened) returns (DeviceStatus reached) {
                assertEq(uint256(reached), uint256(expected), "a step of the table");
                bool activated = reached == DeviceStatus.Active && status != DeviceStatus.Active;
                assertTrue(!activated || happened == DeviceEvent.Accept, "only acceptance activates");
                assertTrue(status != DeviceStatus.Retired, "retired for good");
                status = reached;
            } catch {
                assertEq(uint256(expected), 0, "refused where the table has no step");
            }
        }
    }

    /// @dev Rows: none, registered, measured, active, suspended, retired. Columns: register, measure, accept, transfer,
    /// retire. `None` where there is no step.
    function _expected() private pure returns (DeviceStatus[5][6] memory) {
        DeviceStatus none = DeviceStatus.None;
        DeviceStatus registered = DeviceStatus.Registered;
        DeviceStatus measured = DeviceStatus.Measured;
        DeviceStatus active = DeviceStatus.Active;
        DeviceStatus suspended = DeviceStatus.Suspended;
        DeviceStatus retired = DeviceStatus.Retired;
        return [
            [registered, none, none, none, none],
            [none, measured, none, registered, retired],
            [none, measured, active, measured, retired],
            [none, active, active, suspended, retired],
            [none, suspended, active, suspended, retired],
            [none, none, none, none, none]
        ];
    }
}
