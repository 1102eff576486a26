// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DeviceStatus, IDevices, RawScores } from "../../src/devices/IDevices.sol";
import { DevicesFixture } from "./DevicesFixture.sol";

/// @dev Does what owners, buyers and masternodes may do, in any order, and keeps what should be true in plain words.
contract DevicesActor is DevicesFixture {
    string[3] private names = ["alice", "bob", "stranger"];

    uint256[] public keys;
    mapping(uint256 key => address) public keeper;
    /// Who accepted the device since it last changed hands; nobody: 0.
    mapping(uint32 device => address) public acceptedBy;
    mapping(uint32 device => bool) public retired;
    uint256 public activations;
    uint256 public sales;

    constructor() {
        setUpNetwork();
        for (uint256 i = 0; i < 3; ++i) {
            keys.push(buyKey(makeAddr(names[i])));
            keeper[keys[i]] = makeAddr(names[i]);
        }
    }

    function register(uint256 seed) external {
        uint256 key = keys[seed % keys.length];
        bool free = DEVICES.deviceOfKey(key) == 0;
        try this.doRegister(_nameOf(keeper[key]), key) {
            assertTrue(free, "a key activates one device");
        } catch {
            assertFalse(free, "a free key registers");
        }
    }

    function measure(uint256 seed, uint32 base) external {
        uint32 id = _device(seed);
        if (id == 0) return;
        _order(id);
        IDevices.Device memory before = DEVICES.device(id);
        RawScores memory measured = scores(uint32(bound(base, 1, 5)));
        try this.doMeasure(id, measured) {
            assertTrue(before.status != DeviceStatus.Retired, "nobody measures what is retired");
        } catch { }
    }

    function accept(uint256 seed, uint256 who, bool offered) external {
        uint32 id = _device(seed);
        if (id == 0) return;
        IDevices.Device memory device = DEVICES.device(id);
        string memory name = names[who % 3];
        try this.doAccept(name, id, offered ? device.offered : device.accepted) {
            assertEq(makeAddr(name), device.owner, "only the owner accepts");
            acceptedBy[id] = device.owner;
            if (device.status != DeviceStatus.Active) ++activations;
        } catch { }
    }

    function sell(uint256 seed, uint256 to) external {
        uint256 key = keys[seed % keys.length];
        uint32 id = DEVICES.deviceOfKey(key);
        address buyer = makeAddr(names[to % 3]);
        vm.warp(block.timestamp + (to % 2));
        transferKey(keeper[key], buyer, key);
        keeper[key] = buyer;
        acceptedBy[id] = address(0);
        ++sales;
    }

    function retire(uint256 seed, uint256 who) external {
        uint32 id = _device(seed);
        if (id == 0 || seed % 4 != 0) return;
        string memory name = names[who % 3];
        try this.doRetire(name, id) {
            assertEq(makeAddr(name), DEVICES.device(id).owner, "only the owner retires");
            retired[id] = true;
        } catch { }
    }

    function keyCount() external view returns (uint256) {
        return keys.length;
    }

    function doRegister(string calldata name, uint256 key) external {
        registerTo(name, key);
    }

    function doMeasure(uint32 id, RawScores calldata measured) external {
        measureNow(id, measured);
    }

    function doAccept(string calldata name, uint32 id, RawScores calldata accepted) external {
        acceptAs(name, id, accepted);
    }

    function doRetire(string calldata name, uint32 id) external {
        retireAs(name, id);
    }

    function _order(uint32 id) private {
        waitForOrder(id);
        vm.prank(masternode(1));
        try DEVICES.orderMeasurement(id) { } catch { }
        try DEVICES.draw(id) { } catch { }
    }

    function _device(uint256 seed) private view returns (uint32) {
        uint256 count = DEVICES.deviceCount();
        return count == 0 ? 0 : uint32(seed % count) + 1;
    }

    function _nameOf(address account) private returns (string memory) {
        for (uint256 i = 0; i < 3; ++i) {
            if (makeAddr(names[i]) == account) return names[i];
        }
        revert("nobody");
    }
}

/// @title Whatever owners, buyers and masternodes do: what works was accepted by whom it belongs to.
contract DevicesStoryTest is DevicesFixture {
    /// @dev Which functions forge calls between the checks.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    DevicesActor private actor;

    function setUp() public {
        actor = new DevicesActor();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = DevicesActor.register.selector;
        selectors[1] = DevicesActor.measure.selector;
        selectors[2] = DevicesActor.accept.selector;
        selectors[3] = DevicesActor.sell.selector;
        selectors[4] = DevicesActor.retire.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(actor), selectors);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    function invariant_anActiveDeviceWasAcceptedByItsPresentOwner() public view {
        for (uint32 id = 1; id <= DEVICES.deviceCount(); ++id) {
            if (!DEVICES.isActive(id)) continue;
            assertEq(actor.acceptedBy(id), DEVICES.device(id).owner, "accepted since it changed hands");
        }
    }

    function invariant_aDeviceBelongsToWhoHoldsItsKey() public view {
        for (uint256 i = 0; i < actor.keyCount(); ++i) {
            uint256 key = actor.keys(i);
            uint32 id = DEVICES.deviceOfKey(key);
            if (id == 0) continue;
            assertEq(DEVICES.device(id).owner, KEYS.ownerOf(key), "one owner");
            assertEq(DEVICES.ownerAt(id, block.timestamp), KEYS.ownerOf(key), "one owner");
            assertEq(DEVICES.device(id).key, key, "one key");
        }
    }

    function invariant_whatIsRetiredStaysRetiredAndHoldsNoKey() public view {
        for (uint32 id = 1; id <= DEVICES.deviceCount(); ++id) {
            IDevices.Device memory device = DEVICES.device(id);
            bool isRetired = device.status == DeviceStatus.Retired;
            assertEq(isRetired ? 1 : 0, actor.retired(id) ? 1 : 0, "retired by its owner alone");
            assertTrue((DEVICES.deviceOfKey(device.key) == id) == !isRetired, "its key");
            uint32 shows = DEVICES.deviceOfTlsKey(device.tlsKeyHash);
            assertTrue(!isRetired || shows != id, "its tls key");
        }
    }

    /// @dev The stories reach what they are about.
    function test_aStoryReachesSalesAndActivations() public {
        actor.register(0);
        actor.measure(0, 3);
        actor.accept(0, 0, true);
        assertEq(actor.activations(), 1, "activated");
        actor.sell(0, 1);
        assertEq(actor.sales(), 1, "sold");
        actor.accept(0, 1, false);
        assertEq(actor.activations(), 2, "activated by the buyer");
        actor.retire(0, 1);
        assertTrue(actor.retired(1), "retired");
    }
}
